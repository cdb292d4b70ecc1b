export { findThread, messageIdOf } from './find.js';
export { type Address, type Mail, parseMail } from './mail.js';
export { messagesOf } from './messages.js';
export { mailsIn } from './read.js';
export { newestPatch, seriesText } from './series.js';
