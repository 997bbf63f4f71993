// What is done at the kerb: acts, the notices that go with them, and the sites and vehicles they are done to.
import type { CaseStatus } from '#lib/cases/case.ts';
import type { Particular } from '#lib/particulars/particular.ts';

interface Named {
	name: string;
	name_en: string | null;
}

export interface Rung extends Named {
	rung: number;
}

/** Where a site or vehicle stands on the escalation ladder. It proposes the next rung; a person decides. */
export interface Ladder {
	period_days: number;
	since: string;
	reached: number | null;
	next: number;
	counts: (Rung & { n: number; last: string })[];
}

export interface Act extends Named {
	id: string;
	kind: string;
	rung: number | null;
	at: string;
	recorded_at: string;
	/** What had become of the case when this came in, where others had gone on with it; null for what came in time. */
	late_status: CaseStatus | null;
	case_id: string;
	case_number: string;
	may_open: boolean;
	unit: string;
	unit_en: string | null;
	/** Who, for the desk and for themselves. */
	person: string | null;
	site_id: string | null;
	site: string | null;
	vehicle_id: string | null;
	vehicle: string | null;
	vehicle_en: string | null;
	behaviour: string | null;
	behaviour_en: string | null;
	deadline: string | null;
	skipped_from: number | null;
	skip_reason: string | null;
	skip_reason_en: string | null;
	distance_m: number | null;
	before_photo: string | null;
	after_photo: string | null;
	note: string | null;
	notice_id: string | null;
	notice: string | null;
}

export interface NoticeRow extends Named {
	id: string;
	kind: string;
	label: string;
	issued_at: string;
	deadline: string | null;
	is_late: boolean;
	case_id: string;
	case_number: string;
	may_open: boolean;
	served_at: string | null;
	served_way: string | null;
	served_way_en: string | null;
	withdrawn_at: string | null;
	withdrawn_why: string | null;
	withdrawn_why_en: string | null;
}

export interface Link extends Named {
	id: string;
	site_id: string | null;
	vehicle_id: string | null;
	kind: string;
	kind_en: string;
	cases: number;
	ladder: Ladder;
	particulars: Particular[];
}

export interface ActKind extends Named {
	kind: string;
	rung: number | null;
	needs_deadline: boolean;
	notice_kind: string | null;
	needs_notice: boolean;
}

export interface WashSite extends Named {
	bays: number | null;
	bays_free: number | null;
	distance_m: number;
	point: { lng: number; lat: number };
}

/** What was done in a case and to what it is about. */
export interface Enforcement {
	case_id: string;
	status: string;
	may_act: boolean;
	may_link: boolean;
	acts: Act[];
	notices: NoticeRow[];
	particulars: Particular[];
	links: Link[];
	near: { id: string; name: string; kind: string; metres: number }[];
	site_kinds: (Named & { kind: string })[];
	vehicle_classes: (Named & { class: string })[];
	act_kinds: ActKind[];
	rungs: Rung[];
	behaviours: (Named & { code: string })[];
	wash_site: WashSite | null;
}

/** The history of one site or vehicle. */
export interface SubjectHistory extends Named {
	id: string;
	kind?: string;
	kind_en?: string;
	street?: string | null;
	street_en?: string | null;
	recorded_at: string;
	ladder: Ladder;
	rungs: Rung[];
	cases: (Pick<Act, 'unit' | 'unit_en' | 'may_open'> & {
		id: string;
		number: string;
		status: string;
		category_name: string;
		category_name_en: string;
		street: string | null;
		street_en: string | null;
		opened_at: string;
		closed_at: string | null;
		closed_without_proof: boolean;
		returned_count: number;
	})[];
	acts: Act[];
	notices: NoticeRow[];
	particulars: Particular[];
}

/** A site or vehicle in a list. */
export interface SubjectRow extends Named {
	id: string;
	kind: string | null;
	kind_en: string | null;
	street: string | null;
	street_en: string | null;
	cases: number;
	open_cases: number;
	last_case: string;
	ladder: Ladder;
	particulars: Particular[];
}

export interface SubjectList {
	total: number;
	subjects: SubjectRow[];
	rungs: Rung[];
	/** Whether the reader may look for a plate. */
	may_seek: boolean;
}

/** A notice with all that is printed on it. */
export interface Notice extends Omit<NoticeRow, 'is_late' | 'may_open'> {
	title: string;
	body: string;
	template_version: number;
	category: string;
	street: string | null;
	unit: string;
	site: string | null;
	site_id: string | null;
	vehicle: string | null;
	vehicle_id: string | null;
	/** Ids of the sealed names. */
	addressee: string | null;
	witness: string | null;
	particulars: Particular[];
	found: string;
	issued_by: string;
	served_by: string | null;
	served_photo: string | null;
	withdrawn_note: string | null;
	is_demo: boolean;
	city: string;
	may_serve: boolean;
	may_withdraw: boolean;
	ways: (Named & { way: string; needs_witness: boolean; needs_photo: boolean })[];
	photos: { id: string; role: 'near' | 'wide' | 'before' | 'after'; recorded_at: string }[];
}

export interface NoticeTemplates {
	kinds: (Named & {
		kind: string;
		mark: string;
		versions: { version: number; title: string; body: string; set_at: string }[];
	})[];
}

/** What a template may hold between {{ and }}. */
export const placeholders = [
	'addressee',
	'unit',
	'date',
	'street',
	'category',
	'found',
	'deadline',
	'case',
	'vehicle',
	'site'
] as const;
export type Placeholder = (typeof placeholders)[number];
