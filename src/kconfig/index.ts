export { autoconfHeader, dotConfig } from './autoconf.js';
export { evaluateKconfig, type KconfigValues } from './evaluate.js';
export * from './kunitconfig.js';
export type { ReadKconfig } from './lines.js';
export { parseKconfig } from './parse.js';
export { type KconfigSettings, settingsFor } from './settings-for.js';
export type { KconfigChoice, KconfigSymbol, KconfigSymbols, SymbolType } from './symbols.js';
