export { renderCommitMessage } from './commit-message.js';
