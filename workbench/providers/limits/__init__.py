"""Limits: which parameters an endpoint and a model take, from the facts, from probes and from refusals.

A module belongs here when it finds, keeps or applies such a rule. How a protocol writes a parameter is the
protocol's own business.
"""
