"""Executes a notebook in the Deno kernel and writes it with its outputs.

    python3 execute.py NOTEBOOK KERNEL_FOLDER

Every message goes to the cell whose request it answers, also when it comes
after that cell is said to be done: the kernel may say so before it has sent
the cell's result (about 1 in 15 on a busy machine), which nbconvert drops.
"""

import json
import os
import queue
import sys
import time

import nbformat
from jupyter_client.manager import start_new_kernel

LIMIT_S = 100
LATE_S = 2
OUTPUTS = {"execute_result", "display_data", "stream", "error"}


def execute(path, log):
    notebook = nbformat.read(path, as_version=4)
    manager, client = start_new_kernel(
        kernel_name="deno", cwd=os.path.dirname(path), stderr=log
    )
    cells = {}

    def take(seconds):
        """Gives the next message to its cell; what was said of its state."""
        message = client.get_iopub_msg(timeout=seconds)
        kind, content = message["msg_type"], message["content"]
        cell = cells.get(message["parent_header"].get("msg_id"))
        if cell is None:
            return None
        if kind == "execute_input":
            cell.execution_count = content["execution_count"]
        if kind in OUTPUTS:
            cell.outputs.append(nbformat.v4.output_from_msg(message))
        return content.get("execution_state")

    try:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            cells[client.execute(cell.source)] = cell
            end = time.monotonic() + LIMIT_S
            while take(end - time.monotonic()) != "idle":
                pass
        while True:
            try:
                take(LATE_S)
            except queue.Empty:
                return notebook
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    os.environ["JUPYTER_PATH"] = sys.argv[2]
    json.dump(execute(os.path.abspath(sys.argv[1]), sys.stderr), sys.stdout)
