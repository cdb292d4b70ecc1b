export { type MailOptions, renderMail } from './mail.js';
