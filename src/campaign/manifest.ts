// A campaign for those who have a cluster and no queue: an indexed Kubernetes Job, whose pods share the store. The same
// indices serve any batch system that counts its tasks.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { inputError, writeWhole } from '../base/index.js';
import { attempt } from './attempt.js';
import { type Job, parseJob } from './job.js';
import type { Plan } from './plan.js';
import type { JobEnd } from './result.js';
import type { Store } from './store.js';
import { offerTree } from './trees.js';

export interface ManifestOptions {
  /** Of the container, with this very build of Millrace. */
  readonly image: string;
  /** The PersistentVolumeClaim of the store. */
  readonly claim: string;
  /** Pods in all; each does its share of the jobs, one after the other. */
  readonly pods: number;
  /** Pods at a time. */
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
}

const storeInPod = '/store';

/** Puts the plan, its cases and its trees into the store. Resolves to the manifest, as YAML. */
export async function kubernetesManifest(
  store: Store,
  plan: Plan,
  { image, claim, pods, parallel, signal }: ManifestOptions,
): Promise<string> {
  await writeWhole(planPath(store, plan.id), JSON.stringify(plan.jobs));
  const trees = new Map(plan.jobs.map(({ tree }) => [tree.identity, tree]));
  for (const tree of trees.values()) await offerTree(store, tree, signal);
  for (const job of plan.jobs) await store.offer(job);
  const completions = Math.min(pods, plan.jobs.length);
  return stringify(
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `millrace-${plan.id}`, labels: { 'app.kubernetes.io/name': 'millrace' } },
      spec: {
        completionMode: 'Indexed',
        completions,
        parallelism: Math.min(parallel, completions),
        // A pod that fails is tried again; it skips what has a result.
        backoffLimitPerIndex: Math.max(0, plan.attempts - 1),
        maxFailedIndexes: completions,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name: 'worker',
                image,
                // The worker takes its index from JOB_COMPLETION_INDEX, which Kubernetes sets.
                args: [
                  ...['worker', '--store', storeInPod, '--plan', plan.id],
                  ...['--of', String(completions)],
                ],
                env: [{ name: 'XDG_CACHE_HOME', value: '/cache' }],
                resources: { requests: { cpu: '1', memory: '1Gi' } },
                volumeMounts: [
                  { name: 'store', mountPath: storeInPod },
                  { name: 'cache', mountPath: '/cache' },
                ],
              },
            ],
            volumes: [
              { name: 'store', persistentVolumeClaim: { claimName: claim } },
              { name: 'cache', emptyDir: {} },
            ],
          },
        },
      },
    },
    { lineWidth: 0 },
  );
}

export interface Share {
  readonly plan: string;
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/**
 * Does one share of a plan that is in the store; what has a result is not done again. Resolves to whether all of it has
 * one now. Errors: `input` for a plan that is not there; `interrupted`.
 */
export async function doShare(
  store: Store,
  { plan, index, of }: Share,
  onEnd: (job: Job, end: JobEnd) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const text = await readFile(planPath(store, plan), 'utf8').catch(() => null);
  if (text === null || !/^[0-9a-f]+$/.test(plan))
    throw inputError(`there is no plan ${plan} in ${store.folder}`, {
      hint: '`millrace campaign FILE --as kubernetes --store FOLDER` puts it there.',
    });
  const jobs = (JSON.parse(text) as unknown[]).map(parseJob).filter((_, place) => place % of === index);
  let all = true;
  for (const job of jobs) {
    const end = await attempt(store, job, signal);
    onEnd(job, end);
    all &&= end.kind === 'done';
  }
  return all;
}

function planPath(store: Store, id: string): string {
  return join(store.folder, 'plans', `${id}.json`);
}
