/** Room for photos whose report has not come yet. Beyond it, strangers' photos would fill the disk. */
export interface Room {
	/** For everybody together. */
	photos: number;
	bytes: number;
	/** For one sender: whoever fills theirs leaves room for all others. A town's phones may share one address. */
	photosEach: number;
	bytesEach: number;
	/** Milliseconds after which a photo nobody named no longer counts; its report may still come. */
	forgetAfter: number;
}

interface Waiting {
	bytes: number;
	since: number;
	from: string;
}

/** Counts photos that no report names: one ledger per web process, bounded itself. */
export class UnnamedPhotos {
	readonly #room: Room;
	readonly #waiting = new Map<string, Waiting>(); // in order of arrival
	readonly #perSender = new Map<string, { photos: number; bytes: number }>();
	readonly #named = new Set<string>(); // by reports that came before their photos
	#bytes = 0;

	constructor(room: Room) {
		this.#room = room;
	}

	/** Whether another `bytes` from this sender fit now. A photo that a report asked for always does. */
	hasRoom(sha256: string | null, bytes: number, from: string, now: number): boolean {
		for (const [oldest, entry] of this.#waiting) {
			if (now - entry.since < this.#room.forgetAfter) break;
			this.#drop(oldest);
		}
		if (sha256 !== null && (this.#named.has(sha256) || this.#waiting.has(sha256))) return true;
		const { photos, photosEach, bytesEach, bytes: most } = this.#room;
		// Staff are known by name and need no share.
		const share = this.#perSender.get(from) ?? { photos: 0, bytes: 0 };
		const isWithinShare = from === '' || (share.photos < photosEach && share.bytes + bytes <= bytesEach);
		return isWithinShare && this.#waiting.size < photos && this.#bytes + bytes <= most;
	}

	arrived(sha256: string, bytes: number, from: string, now: number): void {
		if (this.#named.has(sha256) || this.#waiting.has(sha256)) return;
		this.#waiting.set(sha256, { bytes, since: now, from });
		const share = this.#perSender.get(from) ?? { photos: 0, bytes: 0 };
		this.#perSender.set(from, { photos: share.photos + 1, bytes: share.bytes + bytes });
		this.#bytes += bytes;
	}

	named(sha256: string): void {
		this.#drop(sha256);
		this.#named.add(sha256);
		if (this.#named.size > 50_000) this.#named.delete(this.#named.values().next().value as string);
	}

	isNamed(sha256: string): boolean {
		return this.#named.has(sha256);
	}

	#drop(sha256: string): void {
		const entry = this.#waiting.get(sha256);
		if (!entry) return;
		this.#waiting.delete(sha256);
		this.#bytes -= entry.bytes;
		const share = this.#perSender.get(entry.from);
		if (!share || share.photos <= 1) this.#perSender.delete(entry.from);
		else this.#perSender.set(entry.from, { photos: share.photos - 1, bytes: share.bytes - entry.bytes });
	}
}
