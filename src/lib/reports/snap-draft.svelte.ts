import type { Author } from '#lib/outbox/outbox.ts';
import { disagreement, placeToSend, type NearbyCase, type Place, type Point } from './place.ts';
import { SnapPhoto, type SkipReason } from './snap-photo.svelte.ts';

export type FixState = 'idle' | 'asking' | 'found' | 'denied' | 'unavailable' | 'insecure';

/** What the person pointed at, typed or pasted. */
export interface Pin extends Place {
	/** What it is called: a street, a shared place; empty for a bare point. */
	name: string;
	/** The duty area that was chosen by it. */
	side?: number;
}

/** Field of the form → the sentence of what is wrong with it. `form` is the report as a whole. */
export type SnapErrors = Partial<
	Record<'photo' | 'wide' | 'place' | 'category' | 'description' | 'form', string>
>;

/** The report being written in this browser. */
export class SnapDraft {
	id = $state('');
	/** In whose name; null until that is known, which is then whoever is signed in. */
	as = $state.raw<Author | null>(null);
	category = $state<string | undefined>('');
	/** What stands in the field for the street. */
	text = $state('');
	description = $state('');
	readonly near = new SnapPhoto('near');
	readonly wide = new SnapPhoto('wide');
	wideSkipped = $state<SkipReason | undefined>(undefined);
	/** "就是这个": the open case this seems to be. */
	suggested = $state.raw<NearbyCase | null>(null);

	pin = $state.raw<Pin | null>(null);
	fix = $state.raw<Place | null>(null);
	preferred = $state<'photo' | 'device' | null>(null);
	fixState = $state<FixState>('idle');

	/** When the report was begun, for one without a photo. */
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- a text of that moment, not a clock
	startedAt = new Date().toISOString();

	readonly photoPlace = $derived(placeIn(this.near) ?? placeIn(this.wide));
	readonly place = $derived(
		placeToSend({ pin: this.pin, photo: this.photoPlace, fix: this.fix, preferred: this.preferred })
	);
	readonly gap = $derived(this.pin ? null : disagreement({ photo: this.photoPlace, fix: this.fix }));
	/** Something has been entered that would be a pity to lose. */
	readonly isBegun = $derived(
		Boolean(this.near.blob ?? this.wide.blob ?? this.pin) ||
			[this.category, this.text, this.description].some((text) => text !== '' && text !== undefined)
	);

	constructor(id: string) {
		this.id = id;
	}

	get photos(): SnapPhoto[] {
		return [this.near, this.wide];
	}

	pointAt(
		{ lng, lat }: Point,
		{ name = '', accuracy_m = null, source = 'pin', side }: Partial<Pin> = {}
	): void {
		this.pin = { lng, lat, accuracy_m, source, name, ...(side !== undefined && { side }) };
	}

	/** Asks the phone where it is. The person may be asked for permission, so this follows a tap of theirs. */
	findDevice(): void {
		if (!window.isSecureContext || !navigator.geolocation) {
			this.fixState = 'insecure';
			return;
		}
		if (this.fixState === 'asking') return;
		this.fixState = 'asking';
		navigator.geolocation.getCurrentPosition(
			({ coords }) => {
				this.fix = {
					lng: coords.longitude,
					lat: coords.latitude,
					accuracy_m: Math.min(Math.round(coords.accuracy), 10_000),
					source: 'device'
				};
				this.fixState = 'found';
			},
			(error) => {
				this.fixState = error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable';
			},
			{ enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 }
		);
	}

	close(): void {
		this.photos.forEach((photo) => photo.forget());
	}
}

function placeIn({ blob, claims: { lng, lat, accuracy_m } }: SnapPhoto): Place | null {
	if (!blob || lng === undefined || lat === undefined) return null;
	return { lng, lat, accuracy_m: accuracy_m ?? null, source: 'photo' };
}
