import { m } from '#lib/i18n/messages.ts';

/** A span of time in its largest whole unit, as people say it: 40 seconds, 3 minutes, 2 days. */
export function spanText(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 60) return m.desk_age_seconds({ n: seconds });
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return m.desk_age_minutes({ n: minutes });
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? m.desk_age_hours({ n: hours }) : m.desk_age_days({ n: Math.floor(hours / 24) });
}

export function agoText(iso: string, now: number): string {
	const ms = now - Date.parse(iso);
	return ms < 20_000 ? m.desk_just_now() : m.desk_ago({ age: spanText(ms) });
}

/** Time left until a limit, or how long it is past. Wall-clock time; the limit itself was set in working hours. */
export function dueText(iso: string, now: number): string {
	const left = Date.parse(iso) - now;
	return left >= 0 ? m.desk_in({ age: spanText(left) }) : m.desk_past({ age: spanText(-left) });
}
