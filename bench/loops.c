/* What a C programmer writes, for points as arrays of structures: compiled
   for one type T and one dimension D with -Ofast -march=native. */
#include <math.h>
#include <tgmath.h>

#define DISTANCE(i, j)                                   \
  T d = 0;                                               \
  for (int k = 0; k < D; k++) {                          \
    T t = x[(i) * D + k] - y[(j) * D + k];               \
    d += t * t;                                          \
  }

void gaussian(const T *x, const T *y, const T *b, T *out, int m, int n) {
  for (int i = 0; i < m; i++) {
    T sum = 0;
    for (int j = 0; j < n; j++) {
      DISTANCE(i, j)
      sum += exp(-d) * b[j];
    }
    out[i] = sum;
  }
}

void gradient(const T *x, const T *y, const T *b, T *out, int m, int n) {
  for (int i = 0; i < m; i++) {
    T sum[D] = {0};
    for (int j = 0; j < n; j++) {
      DISTANCE(i, j)
      T w = -2 * exp(-d) * b[j];
      for (int k = 0; k < D; k++) sum[k] += w * (x[i * D + k] - y[j * D + k]);
    }
    for (int k = 0; k < D; k++) out[i * D + k] = sum[k];
  }
}

void logsumexp(const T *x, const T *y, const T *b, T *out, int m, int n) {
  for (int i = 0; i < m; i++) {
    T most = -INFINITY;
    for (int j = 0; j < n; j++) {
      DISTANCE(i, j)
      if (-d > most) most = -d;
    }
    T sum = 0;
    for (int j = 0; j < n; j++) {
      DISTANCE(i, j)
      sum += exp(-d - most);
    }
    out[i] = most + log(sum);
  }
}

void argmin(const T *x, const T *y, const T *b, T *out, int m, int n) {
  for (int i = 0; i < m; i++) {
    T best = INFINITY;
    int at = -1;
    for (int j = 0; j < n; j++) {
      DISTANCE(i, j)
      if (d < best) {
        best = d;
        at = j;
      }
    }
    out[i] = at;
  }
}

void kmin(const T *x, const T *y, const T *b, T *out, int m, int n) {
  for (int i = 0; i < m; i++) {
    T best[10];
    int at[10];
    for (int k = 0; k < 10; k++) best[k] = INFINITY, at[k] = -1;
    for (int j = 0; j < n; j++) {
      DISTANCE(i, j)
      if (d >= best[9]) continue;
      int k = 9;
      for (; k > 0 && d < best[k - 1]; k--) {
        best[k] = best[k - 1];
        at[k] = at[k - 1];
      }
      best[k] = d;
      at[k] = j;
    }
    for (int k = 0; k < 10; k++) out[i * 10 + k] = at[k];
  }
}
