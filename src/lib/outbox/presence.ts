// Whether this device ever kept anything: asked on every page, so it costs no library and opens no database.

/** True also where the browser cannot say. */
export async function hasEverKept(): Promise<boolean> {
	try {
		if (Object.keys(localStorage).some((key) => key.startsWith('kerbside.'))) return true;
	} catch {
		// Switched off: then nothing is there.
	}
	try {
		return (await indexedDB.databases()).some(({ name }) => name === 'kerbside');
	} catch {
		return typeof indexedDB !== 'undefined';
	}
}
