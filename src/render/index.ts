// Everything that `millrace report --as` can make of a record.
export { type ReportFormat, type ReportOptions, renderReport, reportFormats } from './report.js';
