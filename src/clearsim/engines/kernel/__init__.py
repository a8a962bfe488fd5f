"""The kernel of the compiled engine: `run` over `records`, in parts that numba compiles into one piece."""
