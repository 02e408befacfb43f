// Puts the builder into the page, from the data that the page brings.
import { createRoot } from "react-dom/client";
import { Builder } from "./Builder.jsx";

const data = JSON.parse(document.getElementById("builder-data").textContent);
createRoot(document.getElementById("builder")).render(<Builder data={data} />);
