import { m } from '#lib/i18n/messages.ts';
import type { FaultKind } from './chain.ts';

const sentences: Record<FaultKind, () => string> = {
	gap: m.admin_log_gap,
	event_missing: m.admin_log_event_missing,
	event_changed: m.admin_log_event_changed,
	link_broken: m.admin_log_link_broken,
	rewritten: m.admin_log_rewritten,
	cut_off: m.admin_log_cut_off,
	another_log: m.admin_log_another_log,
	unlinked_events: m.admin_log_unlinked_events,
	head_differs: m.admin_log_head_differs
};

/** What is wrong with the log, in the reader's language. */
export function faultSentence(kind: FaultKind): string {
	return sentences[kind]();
}
