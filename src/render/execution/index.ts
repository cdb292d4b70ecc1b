export { replayFindings, replayTable } from './replay.js';
export { scheduleTable, type TableColumn } from './schedule-table.js';
