export { type Job, jobSchema } from './job.js';
export { type CampaignEntry, type JobState, type JobStatus, Journal } from './journal.js';
export { workOnLines } from './lines.js';
export { type LoadedCampaign, loadCampaign } from './load.js';
export { localPool } from './local-pool.js';
export { doShare, kubernetesManifest } from './manifest.js';
export { outcomeOfCampaign } from './outcome.js';
export { type Cell, type Plan, planCampaign } from './plan.js';
export { checkedAddress, type QueueAddress } from './queue.js';
export { type QueueExecutor, queueExecutor } from './queue-executor.js';
export type { JobResult } from './result.js';
export {
  type CampaignRun,
  type CampaignStatus,
  type Executor,
  runCampaign,
  statusOf,
} from './run-campaign.js';
export { type CampaignFile, campaignJsonSchema } from './schema.js';
export { type SshExecutor, sshExecutor } from './ssh-executor.js';
export { Store } from './store.js';
export { type CampaignView, type CellView, viewOfCampaign } from './view.js';
export { type WorkerEvent, work } from './worker.js';
