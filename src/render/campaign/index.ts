export { renderCampaignPage } from './page.js';
export { renderCampaign } from './terminal.js';
