export {
  type Exploration,
  type ExploreOptions,
  explore,
  mainNames,
  raceIncident,
  type Sighting,
  type StrategyName,
} from './explore.js';
export { type ReducedSighting, type ReduceLimits, reduceSightings } from './reduce.js';
export type { Strategy } from './strategy.js';
