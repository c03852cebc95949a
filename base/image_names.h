// The formats of images that are read, as messages and help texts name them: this text and no other says them to a
// person. A macro, so that a sentence of the catalogue can hold it. That it names every row of the table of formats
// (templates/image/formats.h) and no more is held by tests/templates/image.
#pragma once

// Of a finger. In the order of the table.
#define WHORL_IMAGE_NAMES "PNG, BMP, TIFF, JPEG, WSQ, JPEG 2000"
