// The examination: every probe, the engines' state, and what to install.

import pLimit from 'p-limit';
import { installCommand, refreshCommand, resolvePackages, type System, thisSystem } from './install.js';
import type { Surroundings } from './probes.js';
import { areaTitles, requirementSpecs } from './requirements.js';
import type { Area, DoctorReport, Requirement } from './types.js';

export interface ExamineOptions extends Partial<Surroundings> {
  /** Instead of the one that /etc/os-release tells of. */
  readonly system?: System;
  readonly isRoot?: boolean;
}

/** Looks for everything that the engines need. Nothing is installed or changed. */
export async function examine(options: ExamineOptions = {}): Promise<DoctorReport> {
  const surroundings: Surroundings = {
    env: options.env ?? process.env,
    workingDirectory: options.workingDirectory ?? process.cwd(),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const system = options.system ?? (await thisSystem());
  const limit = pLimit(4);
  const found = await Promise.all(
    requirementSpecs.map((spec) => limit(async () => ({ spec, finding: await spec.probe(surroundings) }))),
  );
  const areas = (Object.keys(areaTitles) as Area[]).map((area) => {
    const requirements = found
      .filter(({ spec }) => spec.area === area)
      .map(
        ({ spec: { name, purpose, required }, finding }): Requirement => ({
          name,
          purpose,
          required,
          ...finding,
        }),
      );
    const usable = requirements.every((requirement) => requirement.found || !requirement.required);
    return { area, title: areaTitles[area], usable, requirements };
  });
  const lacking = found.filter(
    // Off Debian, `debian:` trees are a convenience that nobody needs to install a foreign package manager for.
    ({ spec, finding }) => !finding.found && (spec.area !== 'debian' || system.family === 'debian'),
  );
  const { family } = system;
  const wanted = lacking.flatMap(({ spec }) => (family === null ? [] : (spec.packages?.[family] ?? [])));
  const packages = await resolvePackages(family, wanted, surroundings);
  const isRoot = options.isRoot ?? process.getuid?.() === 0;
  return {
    system: family,
    systemName: system.name,
    areas,
    refresh: packages.length === 0 ? null : refreshCommand(family, isRoot),
    install: installCommand(family, packages, isRoot),
    missing:
      family === null ? lacking.filter(({ spec }) => spec.packages).map(({ spec }) => spec.name) : packages,
  };
}
