import { once } from '#lib/database/once.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import type { Client } from '#lib/database/client.server.ts';
import { errorFacts, log } from '#server/log.ts';
import { getSettings } from '#server/settings.ts';
import type { SuggestedCover } from '../covers.ts';
import { photoForStaff } from '../photos.server.ts';
import { Detector, type DetectorState } from './detector.ts';
import { readFolder } from './folder.server.ts';

export type { DetectorState } from './detector.ts';

export interface Suggestions {
	/** off: the city supplied no model. faulty: it does not work, or not with this picture. */
	state: 'off' | 'ready' | 'faulty';
	/** Whose suggestions these are: the model's name and version. */
	model: string | null;
	covers: SuggestedCover[];
}

interface Installed {
	detector: Detector | null;
	/** What is wrong with the folder; empty when nothing is, or there is none. */
	problems: string[];
}

// One per process, although the entry point and the bundled pages each have their own copy of this module.
const key = Symbol.for('kerbside.detector');
const shared = globalThis as { [key]?: Installed };

function installed(): Installed {
	return (shared[key] ??= install(getSettings().detectorDir));
}

function install(folder: string | null): Installed {
	if (!folder) return { detector: null, problems: [] };
	// Read from the source tree, because a bundle holds no separate files to start.
	const root = process.env.KERBSIDE_ROOT ?? process.cwd();
	let answer: ReturnType<typeof readFolder>;
	try {
		answer = readFolder(folder, root);
	} catch (error) {
		answer = { problems: [`${folder} cannot be read: ${(error as Error).message}.`] };
	}
	if ('found' in answer) return { detector: new Detector(answer.found, { root }), problems: [] };
	return { detector: null, problems: answer.problems };
}

/** At the server's start: looks at the folder and tries the model, in the background. Whatever is wrong is only logged. */
export async function startDetector(): Promise<void> {
	const { detector } = installed();
	await detector?.check();
	const state = detectorState();
	if (state.kind === 'faulty') log.error('detector_faulty', { problems: state.problems });
	else if (state.kind !== 'off') log.info('detector_ready', { name: state.name, version: state.version });
}

export function stopDetector(): void {
	shared[key]?.detector?.close();
}

/** For whoever administers the installation. */
export function detectorState(): DetectorState {
	const { detector, problems } = installed();
	if (problems.length > 0) return { kind: 'faulty', problems };
	return detector?.state ?? { kind: 'off' };
}

/** A photo does not change, and neither does the model while the server runs. */
const found = once<SuggestedCover[]>(24 * 3_600_000);

/**
 * What the city's own model would cover in a photo, on the picture that staff see. Suggestions only: nothing is covered
 * or published by them. The caller must be allowed to look at the photo. Takes seconds; 429 when many wait.
 */
export async function suggestCovers(caller: Client, sha256: string): Promise<Suggestions> {
	const { detector, problems } = installed();
	if (!detector) return { state: problems.length > 0 ? 'faulty' : 'off', model: null, covers: [] };
	const { bytes } = await photoForStaff(caller, sha256, 'derivative');
	try {
		const covers = await found(sha256, () => detector.find(bytes));
		const state = detector.state;
		const model = 'name' in state ? `${state.name} ${state.version}` : null;
		return { state: 'ready', model, covers };
	} catch (error) {
		if (error instanceof ApiProblem) throw error;
		log.warn('detector_failed', { sha256, ...errorFacts(error) });
		return { state: 'faulty', model: null, covers: [] };
	}
}
