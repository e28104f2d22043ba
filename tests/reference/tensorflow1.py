"""`tf.image.resize_bilinear` of TensorFlow 1, one output pixel at a time, each step rounded to float32."""

import numpy as np

f32 = np.float32


def resize_bilinear(image, size):
    """Return (c, size, size) float32 of a (c, h, w) float32 image."""
    channels, height, width = image.shape
    y_scale, x_scale = f32(height) / f32(size), f32(width) / f32(size)
    result = np.empty((channels, size, size), f32)
    for row in range(size):
        y = f32(row) * y_scale
        top = int(y)
        bottom = min(top + 1, height - 1)
        for column in range(size):
            x = f32(column) * x_scale
            left = int(x)
            right = min(left + 1, width - 1)
            for channel in range(channels):
                plane = image[channel]
                upper = plane[top, left] + (plane[top, right] - plane[top, left]) * (x - f32(left))
                lower = plane[bottom, left] + (plane[bottom, right] - plane[bottom, left]) * (x - f32(left))
                result[channel, row, column] = upper + (lower - upper) * (y - f32(top))
    return result
