"""Proofs that a kernel of one variable is within so many ulps of the truth on its whole domain."""
