import { administrator } from './admin.server.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = (event) => {
	administrator(event);
	return {};
};
