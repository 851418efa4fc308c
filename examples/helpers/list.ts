/**
 * The gallery: what is in it, in the order in which it is shown.
 *
 * @module
 */

/** An example that draws a picture. */
export interface Application {
  /** Its file in `examples/`, without `.ts`; the picture has the same name. */
  readonly name: string;
  /** What it does. */
  readonly what: string;
  /** The pairs and the reductions at its heart. */
  readonly heart: string;
  /** What its results are tested against. */
  readonly beside: string;
  /** The size of its picture in the README, where it has one there. */
  readonly small?: string;
  /** The size at which the tests run it. */
  readonly tiny: string;
}

/** All of them. */
export const GALLERY: readonly Application[] = [
  {
    name: "demo",
    what: "Smoothing noise on a surface, and its gradient",
    heart: "Gaussian, `matmul`, `grad`",
    beside: "plain loops",
    tiny: "",
  },
  {
    name: "knn",
    what: "Nearest neighbours: irises, handwritten digits",
    heart: "`sqdist`, `argKmin`",
    beside: "scikit-learn",
    tiny: "300",
  },
  {
    name: "metrics",
    what: "Manhattan, Chebyshev, cosine, hyperbolic neighbours",
    heart: "any formula, `kminArgkmin`",
    beside: "scikit-learn",
    tiny: "300",
  },
  {
    name: "kmeans",
    what: "K-means in the plane and on the sphere",
    heart: "`minArgmin`, `scatterAdd`",
    beside: "scikit-learn",
    tiny: "1000",
  },
  {
    name: "density",
    what: "Kernel density, and the modes that mean-shift finds",
    heart: "`logsumexp`, `sumsoftmaxweight`",
    beside: "scikit-learn",
    tiny: "300",
  },
  {
    name: "gaussian_mixture",
    what: "A mixture of Gaussians, fitted to its likelihood",
    heart: "`matvecmult`, `logsumexp`, `adam`",
    beside: "scikit-learn, PyTorch",
    tiny: "200",
  },
  {
    name: "two_sample",
    what: "Do two samples have one distribution? A test by MMD",
    heart: "Gaussian, `matmul` of many columns",
    beside: "scikit-learn, a closed form",
    tiny: "200",
  },
  {
    name: "interpolation",
    what: "Radial basis functions, Kriging, thin-plate splines",
    heart: "`solve`",
    beside: "SciPy",
    tiny: "150",
  },
  {
    name: "gaussian_process",
    what: "A curve and a landscape, and how sure they are",
    heart: "`gaussianProcess`, `fit`, `predict`",
    beside: "scikit-learn",
    tiny: "60",
  },
  {
    name: "anisotropic",
    what: "Kernels that are wider in some directions",
    heart: "`weightedSqdist`",
    beside: "NumPy",
    tiny: "400",
  },
  {
    name: "spectral_embedding",
    what: "The smoothest functions on a surface unroll it",
    heart: "`eigsh` of a graph Laplacian",
    beside: "SciPy",
    tiny: "400",
  },
  {
    name: "sinkhorn",
    what: "Optimal transport, and its debiased divergence",
    heart: "`logsumexp`",
    beside: "geomloss, POT",
    tiny: "600",
  },
  {
    name: "multiscale_transport",
    what: "Optimal transport of 100,000 points",
    heart: "`logsumexp` on `blocks` of cells",
    beside: "all pairs",
    small: "8000",
    tiny: "1000",
  },
  {
    name: "gradient_flow",
    what: "A cloud that flows to another one",
    heart: "`valueAndGrad` of three distances",
    beside: "geomloss, PyTorch",
    tiny: "60",
  },
  {
    name: "colour_transfer",
    what: "The colours of one photograph for another",
    heart: "`sumsoftmaxweight`",
    beside: "POT",
    tiny: "200",
  },
  {
    name: "registration",
    what: "A bunny becomes a dragon by diffeomorphisms",
    heart: "currents, varifolds, `lbfgs` through a flow",
    beside: "PyTorch",
    small: "0.34",
    tiny: "0.7 4",
  },
  {
    name: "nbody",
    what: "Two galaxies meet",
    heart: "`rsqrt`, `withTolerance`, `grad`",
    beside: "NumPy, a closed form",
    small: "1400",
    tiny: "200",
  },
  {
    name: "tsne",
    what: "Handwritten digits in the plane",
    heart: "`kminArgkmin`, `withTolerance`, `valueAndGrad`",
    beside: "scikit-learn",
    small: "2000",
    tiny: "150 40",
  },
  {
    name: "attention",
    what: "Softmax attention over long sequences",
    heart: "`sumsoftmaxweight`, `blocks`",
    beside: "PyTorch",
    tiny: "256",
  },
];
