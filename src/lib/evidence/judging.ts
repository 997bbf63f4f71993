import type { Cover, PhotoState, Verdict } from './covers.ts';

/** What a photo is of: enough to know what one looks at. */
export interface PhotoSubject {
	role: 'near' | 'wide' | 'before' | 'after';
	case_id: string;
	case_number: string;
	category: string;
	category_name: string;
	category_name_en: string | null;
	street: string | null;
	street_en: string | null;
	recorded_at: string;
	taken_at: string | null;
}

/** A photo to be judged. `revision` counts its judgements, and says which one a new judgement replaces. */
export interface JudgedPhoto extends PhotoSubject {
	sha256: string;
	state: PhotoState;
	covers: Cover[];
	revision: number;
	/** What was said about it, the newest first; where it was asked for. */
	history?: PastJudgement[];
}

/** Photos that no person has judged, oldest first. */
export interface WaitingPhotos {
	/** How many wait, those not listed included. */
	total: number;
	photos: JudgedPhoto[];
}

export interface PastJudgement {
	state: Verdict;
	by: string;
	at: string;
	covers_count: number;
}

/** One photo with everything that was said about it. */
export interface PhotoJudgement extends JudgedPhoto {
	is_judged: boolean;
	history: PastJudgement[];
	/** Where the public finds it; null while nobody outside may. */
	public_id: string | null;
}

/** What the database answers to a judgement. */
export interface Judged {
	state: PhotoState;
	revision: number;
	public_id: string | null;
}
