export { type ExportRequest, type ExportResult, exportCase } from './export-case.js';
export { stockCommands } from './instructions.js';
