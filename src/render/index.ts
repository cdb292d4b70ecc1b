// Everything that `millrace report --as` can make of a record.
export { documentStyle } from './html/index.js';
export { type ReportFormat, type ReportOptions, renderReport, reportFormats } from './report.js';
