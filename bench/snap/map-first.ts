// The form as many do it: first the map, on which the place is to be tapped, then the fields. The same fields and the same
// map as ours; only the order differs.
import { maplibre } from '#lib/map/maplibre.ts';
import { mapStyle } from '#lib/map/style.ts';

interface City {
	bbox: [number, number, number, number];
}

const city = (await (await fetch('/api/city')).json()) as City;
const container = document.querySelector<HTMLElement>('#map')!;
const map = new maplibre.Map({
	container,
	style: mapStyle({
		theme: 'light',
		locale: 'zh-CN',
		version: container.dataset.version!,
		origin: location.origin
	}),
	bounds: city.bbox,
	attributionControl: false
});
map.once('load', () => {
	const fields = document.querySelector<HTMLTemplateElement>('#fields')!;
	document.querySelector('#form')!.append(fields.content.cloneNode(true));
});
