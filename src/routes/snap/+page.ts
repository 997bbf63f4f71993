import type { PageLoad } from './$types';

/** The receipt's page is loaded when there is a receipt: at once after a form without scripts, else by the page itself. */
export const load: PageLoad = async ({ data }) => ({
	...data,
	Sent: data.isSent ? (await import('#lib/reports/SentReport.svelte')).default : null
});
