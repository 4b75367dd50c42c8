"""Probes: small requests that measure what a model accepts, and the judgement of their answers.

A module belongs here when it asks or judges for a measurement. It knows core only: how a request is sent is
handed in.
"""
