"""The steps of a check, in the order in which they were declared."""
import time

STEPS = []


def step(name):
    """Decorator: declares a step, a function that takes the fixture and returns a note."""
    def declare(function):
        STEPS.append((name, function))
        return function
    return declare


def run(fixture):
    """Runs all steps, prints each one's time and its note or error, returns the failed."""
    failed = []
    for name, function in STEPS:
        begin = time.time()
        try:
            note, verdict = function(fixture) or '', 'ok'
        except Exception as error:      # whatever went wrong, the other steps still tell something
            note, verdict = '%s: %s' % (type(error).__name__, error), 'FAIL'
            failed.append(name)
        print('%-4s %6.2f s  %-34s %s' % (verdict, time.time() - begin, name, note), flush=True)
    return failed
