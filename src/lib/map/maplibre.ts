// The one place MapLibre comes in through, and only when a map is shown: it weighs more than all our pages together.
import * as maplibre from 'maplibre-gl';
import workerAddress from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';

// From our own origin: the content policy allows no blob: workers.
maplibre.setWorkerUrl(workerAddress);

export { maplibre };
