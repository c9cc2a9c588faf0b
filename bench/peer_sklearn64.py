"""scikit-learn's BernoulliRBM on rows of float64, which it computes in: numpy's rows, unless they were made narrower."""

import numpy
from peer_sklearn import VERSION, rbm

__all__ = ["CASES", "VERSION"]

CASES = {"rbm": rbm(numpy.float64)}
