export { findsCanary } from './canary.js';
export { type Helper, type PartTask, runPart } from './crew.js';
export {
  type Entry,
  type Exploration,
  type ExploreOptions,
  entryOf,
  explore,
  mainNames,
} from './explore.js';
export {
  type CutCount,
  type Observer,
  type PartOutcome,
  raceIncident,
  raceKey,
  type Sighting,
} from './pass.js';
export { type RandomNumbers, randomNumbers } from './random-numbers.js';
export { type ReducedSighting, type ReduceLimits, reduceSightings } from './reduce.js';
export { firstSerialOrder, runSerialOrders, type SerialLimits } from './serial.js';
export { makeStrategy, type StrategyName, strategyNames } from './strategies.js';
export type { Branch, Remainder, Strategy } from './strategy.js';
