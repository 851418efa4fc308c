/**
 * Clusters and domains: what of them is public.
 *
 * @module
 */

export { clusterCentroids, clusterRangesCentroids } from "./centroids.ts";
export { csr } from "./csr.ts";
export { band, blocks, causal, perBatch } from "./domains.ts";
export { gridCluster } from "./grid.ts";
export { kmeansCluster, type KmeansOptions } from "./kmeans.ts";
export { fromMatrix, swapAxes } from "./matrix.ts";
export type { Keep, KeptLists } from "./points.ts";
export { type Neighbours, radiusSearch, withinRadius } from "./radius.ts";
export { clusterRanges, sortClusters } from "./ranges.ts";
export { treeCluster } from "./tree.ts";
