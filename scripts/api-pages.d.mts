export function apiPages(dist: string): Map<string, string>;
