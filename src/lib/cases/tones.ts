import type { Tone } from '#lib/ui/tone.ts';
import type { CaseStatus } from './case.ts';
import type { ReportStatus } from './incoming.ts';

/** How a state is marked: what waits for somebody stands out, what is over is calm. */
export const caseTones: Record<CaseStatus, Tone> = {
	filed: 'warning',
	dispatched: 'accent',
	handling: 'accent',
	handled: 'warning',
	returned: 'danger',
	suspended: 'neutral',
	reassigned: 'warning',
	closed: 'good',
	voided: 'neutral'
};

export const reportTones: Record<ReportStatus, Tone> = {
	received: 'warning',
	to_verify: 'accent',
	filed: 'good',
	declined: 'neutral'
};
