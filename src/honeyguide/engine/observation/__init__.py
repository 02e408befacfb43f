"""Watching from outside: how long requests take, for Prometheus; traces, for OpenTelemetry; lines of the log as JSON, with the
request they belong to.

All are off until they are asked for, and then cost some microseconds a request.
"""
