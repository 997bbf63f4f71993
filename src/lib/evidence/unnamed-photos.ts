/** Room for photos whose report has not come yet. Beyond it, strangers' photos would fill the disk. */
export interface Room {
	/** For everybody together. */
	photos: number;
	bytes: number;
	/** For one sender: whoever fills theirs leaves room for all others. A town's phones may share one address. */
	photosEach: number;
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
	readonly #perSender = new Map<string, number>();
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
		const { photos, photosEach, bytes: most } = this.#room;
		// Staff are known by name and need no share.
		const isWithinShare = from === '' || (this.#perSender.get(from) ?? 0) < photosEach;
		return isWithinShare && this.#waiting.size < photos && this.#bytes + bytes <= most;
	}

	arrived(sha256: string, bytes: number, from: string, now: number): void {
		if (this.#named.has(sha256) || this.#waiting.has(sha256)) return;
		this.#waiting.set(sha256, { bytes, since: now, from });
		this.#perSender.set(from, (this.#perSender.get(from) ?? 0) + 1);
		this.#bytes += bytes;
	}

	named(sha256: string): void {
		this.#drop(sha256);
		this.#named.add(sha256);
		if (this.#named.size > 50_000) this.#named.delete(this.#named.values().next().value as string);
	}

	#drop(sha256: string): void {
		const entry = this.#waiting.get(sha256);
		if (!entry) return;
		this.#waiting.delete(sha256);
		this.#bytes -= entry.bytes;
		const left = (this.#perSender.get(entry.from) ?? 1) - 1;
		if (left > 0) this.#perSender.set(entry.from, left);
		else this.#perSender.delete(entry.from);
	}
}

/** One sender by their network address; of IPv6 the half that a provider gives to one customer. */
export function senderOf(address: string): string {
	return address.includes('.') ? address.replace(/^::ffff:/i, '') : address.split(':').slice(0, 4).join(':');
}
