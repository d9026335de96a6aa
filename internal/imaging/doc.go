// Package imaging is everything that is done to the bytes of a picture: they are
// inspected before anything believes them, decoded behind limits, turned upright,
// scaled, blurred and written again without metadata (R27, R32). It knows no
// photo, no person and no store.
//
// Order matters, and the functions take each other's results so that it cannot be
// got wrong: Inspect reads sizes without decoding; Decode inspects first; Derive
// and LikenessOf take what Decode made, after Blur if anybody is to be blurred.
//
// # Memory
//
// A picture of n pixels is decoded into the decoder's own planes (1.5 bytes a
// pixel for JPEG and WebP, 6 more while a progressive JPEG is read; up to 8 for
// PNG) and copied once, strip by strip, into 4 bytes a pixel; the planes go before
// anything else is made. HEIC is decoded in a sandbox, which has 96 MiB and
// 16 bytes a pixel of the size that the file declared. How many pictures are decoded at once is the
// caller's to bound.
//
// # Sameness
//
// The same bytes give the same derivatives, on every kind of processor: scaling
// and blurring count in whole numbers. A new version of Go may bring another JPEG
// coder, and with it other bytes; a hash of a derivative is taken when it is made
// and never made again.
package imaging
