import { call, staffClient } from '#lib/database/client.server.ts';
import { canonicalQuery, type SavedView } from './saved-views.ts';

export async function readViews(accessToken: string): Promise<SavedView[]> {
	return (await call<{ views: SavedView[] }>(staffClient(accessToken), 'saved_views')).views;
}

interface NewView {
	/** Of a view that is to be changed. */
	id: string | null;
	name: string;
	query: string;
	sharedWith: string | null;
}

/** Keeps a view; answers its id. */
export async function saveView(
	accessToken: string,
	{ id, name, query, sharedWith }: NewView
): Promise<string> {
	const view = { id, name, ...canonicalQuery(query), shared_with: sharedWith };
	return (await call<{ id: string }>(staffClient(accessToken), 'save_view', { view })).id;
}

export async function removeView(accessToken: string, id: string): Promise<void> {
	await call(staffClient(accessToken), 'remove_view', { view_id: id });
}

export async function keepTab(
	accessToken: string,
	id: string,
	isTab: boolean,
	isDefault: boolean
): Promise<void> {
	await call(staffClient(accessToken), 'keep_tab', { view_id: id, is_tab: isTab, is_default: isDefault });
}
