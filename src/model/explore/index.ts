export {
  type Entry,
  type Exploration,
  type ExploreOptions,
  entryOf,
  explore,
  mainNames,
  makeStrategy,
  raceIncident,
  raceKey,
  type Sighting,
  type StrategyName,
} from './explore.js';
export { type RandomNumbers, randomNumbers } from './random-numbers.js';
export { type ReducedSighting, type ReduceLimits, reduceSightings } from './reduce.js';
export { runSerialOrders } from './serial.js';
export type { Strategy } from './strategy.js';
