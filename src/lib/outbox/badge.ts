import { listEntries } from './entries.ts';

/** The number on the application's icon, where there is one: what waits. */
export async function showBadge(): Promise<void> {
	try {
		const { length } = await listEntries();
		if (length > 0) await navigator.setAppBadge?.(length);
		else await navigator.clearAppBadge?.();
	} catch {
		// A picture on the home screen is nobody's promise.
	}
}
