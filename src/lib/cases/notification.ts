// What a person is told in the application. Words are made here, from codes: what is kept holds neither names nor texts.
import { localName, m } from '#lib/i18n/messages.ts';
import type { Tone } from '#lib/ui/tone.ts';
import { kindName } from './case-time.ts';

type NotificationKind =
	'rung' | 'asked' | 'decided' | 'returned' | 'dispatched' | 'resumed' | 'disputed' | 'flag' | 'review';

export interface Notification {
	id: number;
	kind: NotificationKind;
	/** Null when the case is no longer the reader's to see. */
	case_id: string | null;
	case_number: string | null;
	report_id: string | null;
	about: string | null;
	outcome: 'approved' | 'refused' | null;
	rung: string | null;
	rung_en: string | null;
	street: string | null;
	street_en: string | null;
	category_name: string | null;
	category_name_en: string | null;
	due_at: string | null;
	at: string;
	seen_at: string | null;
}

const sentences: Record<NotificationKind, (told: Notification) => string> = {
	rung: ({ rung, rung_en, about }) =>
		m.notices_kind_rung({ rung: localName({ name: rung ?? about ?? '', name_en: rung_en }) }),
	asked: ({ about }) => m.notices_kind_asked({ kind: kindName(about ?? '') }),
	decided: ({ about, outcome }) =>
		outcome === 'approved'
			? m.notices_kind_approved({ kind: kindName(about ?? '') })
			: m.notices_kind_refused({ kind: kindName(about ?? '') }),
	returned: () => m.notices_kind_returned(),
	dispatched: () => m.notices_kind_dispatched(),
	resumed: () => m.notices_kind_resumed(),
	disputed: () => m.notices_kind_disputed(),
	flag: () => m.notices_kind_flag(),
	review: () => m.notices_kind_review()
};

export const sentenceOf = (told: Notification): string => sentences[told.kind](told);

/** What asks the reader to do something stands out. */
export function toneOf({ kind, outcome }: Notification): Tone {
	if (kind === 'decided') return outcome === 'approved' ? 'good' : 'danger';
	if (kind === 'returned' || kind === 'disputed' || kind === 'flag') return 'danger';
	return kind === 'dispatched' || kind === 'resumed' ? 'accent' : 'warning';
}
