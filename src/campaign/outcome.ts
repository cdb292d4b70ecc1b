// How a campaign stands to what its cases say.
import type { Outcome } from '../base/index.js';
import type { CampaignStatus } from './run-campaign.js';

/**
 * What speaks against a case or a fix decides. Without that, a cell that did not run, or that does not tell, leaves the
 * whole open; and where nothing came to a result, nothing ran.
 */
export function outcomeOfCampaign({ plan, jobs }: CampaignStatus): Outcome {
  const outcomes = plan.cells.map(({ key }): Outcome => {
    const result = key === null ? null : (jobs.get(key)?.result ?? null);
    if (result === null) return 'not-run';
    return result.kind === 'refused' ? 'inconclusive' : result.verdict.outcome;
  });
  if (outcomes.includes('not-as-expected')) return 'not-as-expected';
  if (outcomes.every((one) => one === 'not-run')) return 'not-run';
  return outcomes.every((one) => one === 'as-expected') ? 'as-expected' : 'inconclusive';
}
