// The course of a case through the hands of its unit, step by step in working time.
import type { Quality } from './qualities.ts';
import { day, hour, minute, type WorkingClock } from './working-time.ts';

/** Moments in ms; null: that never came to pass, or not within the course. */
export interface Course {
	filed: number;
	dispatched: number;
	due: number;
	/** Of the last round of handling. */
	handling: number;
	handled: number;
	/** When it failed verification, and how the round before went; empty for most. */
	rounds: { handling: number; handled: number; returned: number }[];
	closed: number;
	hasProof: boolean;
	/** When a citizen said that nothing was solved, and when it was closed again. */
	disputed: number | null;
	closedAgain: number | null;
	isConfirmed: boolean;
	/** Put on hold from, to. */
	suspended: [from: number, to: number] | null;
	isVoided: boolean;
}

interface Matter {
	opened: number;
	limitHours: number;
	quality: Quality;
	/** Whether it may need building works. */
	mayWait: boolean;
	/** How much longer than usual everything takes; 1: as usual. */
	rush: number;
	/** How much likelier than usual it is to be left lying. */
	neglect: number;
}

export function courseOf(
	{ opened, limitHours, quality, mayWait, rush, neglect }: Matter,
	clock: WorkingClock,
	random: () => number
): Course {
	// Around one, long to the right: most work is quick and some is not.
	const spread = () => Math.exp(0.75 * (random() + random() + random() - 1.5));
	const filed = clock.after(opened, 0.1 + 0.7 * random() * rush);
	const isVoided = random() < 0.008;
	const dispatched = clock.after(filed, 0.05 + 0.5 * random());
	const due = clock.after(dispatched, limitHours);
	const isForgotten = random() < Math.min(0.6, quality.forgotten * neglect);
	const waits = isForgotten ? 3 - 85 * Math.log(1 - random() * 0.97) : 0;
	let begun = clock.after(dispatched, quality.toBegin * rush * spread() + waits);
	const suspended: Course['suspended'] =
		mayWait && random() < 0.11 ? [dispatched + 3 * hour, dispatched + (6 + 30 * random()) * day] : null;
	if (suspended) begun = clock.after(suspended[1], 1 + random());

	const round = (from: number) => {
		const quick = quality.tooFast !== null && random() < 0.75;
		const handled = quick
			? from + (1 + quality.tooFast! * random()) * minute
			: clock.after(from, quality.toFinish * rush * spread());
		const verified = quick
			? handled + (4 + 20 * random()) * minute
			: clock.after(handled, (0.3 + 1.8 * random()) * rush);
		return { handling: from, handled, verified };
	};
	let last = round(begun);
	const rounds: Course['rounds'] = [];
	while (rounds.length < 2 && random() < quality.returned * (1 + rounds.length)) {
		rounds.push({ handling: last.handling, handled: last.handled, returned: last.verified });
		last = round(clock.after(last.verified, 0.5 + quality.toBegin * spread()));
	}
	const closed = last.verified;
	const isDisputed = random() < quality.disputed;
	const disputed = isDisputed ? closed + (2 + 40 * random()) * hour : null;
	return {
		filed,
		dispatched,
		due,
		handling: last.handling,
		handled: last.handled,
		rounds,
		closed,
		hasProof: random() < quality.proof,
		disputed,
		closedAgain: disputed === null ? null : clock.after(disputed, 2 + 22 * random()),
		isConfirmed: !isDisputed && random() < quality.confirmed,
		suspended,
		isVoided
	};
}
