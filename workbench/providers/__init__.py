"""Providers: from a request to bytes on the wire, and from the answer's bytes to core events.

``provider_service.ProviderService`` implements the port. The modules beside it join the folders; each folder
imports only folders that stand before it in this list:

endpoints   who is configured: presets, addresses, the environment
wire        what all protocols share: the event stream, error bodies, the shape of a protocol
limits      what endpoints and models refuse: rules from facts, probes and refusals
protocols   requests to bodies and answers to events, one module per protocol
http        the network: clients, headers, streams, retries
builtin     the models that come with the program, in process and as a server
catalogue   which models there are, and what is known of each
probe       measures what a model accepts
"""
