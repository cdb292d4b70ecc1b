// Directed runs: a schedule as points in the overlay's copy of the sources, and what the rounds that play it said.
export {
  type DirectedCounts,
  type EarlyReports,
  parseDirectedCounts,
  roundOfReports,
  type WaitingSide,
  waitingSides,
} from './counts.js';
export { type DirectedFiles, type Directions, directFiles } from './files.js';
export { type MeetingPoint, mostPoints, type PlannedTurn, planHeader, type TestPlan } from './plan.js';
export { lineIn, type Point, type PointedText, putPoints, statementFinder, withoutPoints } from './points.js';
