// The part of jstat 1.9 that is used here; the package ships no types.
declare module 'jstat' {
  const jstat: {
    readonly jStat: {
      readonly chisquare: { inv(p: number, degreesOfFreedom: number): number };
      readonly beta: { inv(p: number, alpha: number, beta: number): number };
      readonly binomial: { pdf(k: number, n: number, p: number): number };
      /** `k` successes in `draws` from `population` of which `successes` are successes. */
      readonly hypgeom: { pdf(k: number, population: number, successes: number, draws: number): number };
    };
  };
  export default jstat;
}
