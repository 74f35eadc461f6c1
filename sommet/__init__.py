"""What the parts share, and the application that joins them."""

import os

# Matrices as small as those of the models are ten times slower when threads share them. Set before numpy
# loads: to change the number while another thread computes or loads a library may end the process.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
