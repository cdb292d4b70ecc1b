export { type ExportRequest, type ExportResult, exportCase } from './export-case.js';
export { type StockSteps, stockCommands, stockSteps } from './stock.js';
