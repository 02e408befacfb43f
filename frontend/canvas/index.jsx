// Puts the canvas into the page, from the data that the page brings.
import { ReactFlowProvider } from "@xyflow/react";
import { createRoot } from "react-dom/client";
import { Canvas } from "./Canvas.jsx";

const data = JSON.parse(document.getElementById("canvas-data").textContent);
createRoot(document.getElementById("canvas")).render(<ReactFlowProvider><Canvas data={data} /></ReactFlowProvider>);
