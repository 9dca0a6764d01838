// Dark or light: remembered in cookies, so that the process can draw the first page in the right colours.
window.customertrack = (() => {
    const remember = (name, isDark) => { document.cookie = `${name}=${isDark ? "dark" : "light"}; path=/; max-age=31536000; samesite=strict`; };
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    remember("customertrack-system-theme", system.matches);
    system.addEventListener("change", () => remember("customertrack-system-theme", system.matches));

    // The pages' own handling of links would only scroll.
    document.addEventListener("click", event => {
        if (event.target instanceof Element && event.target.closest("a.skip")) {
            event.preventDefault();
            document.getElementById("main").focus();
        }
    }, { capture: true });

    // When the session ends the connection does: the page asks for itself again, and is answered with the one to sign in.
    const session = document.querySelector("meta[name=session-seconds]");
    if (session && window.location.pathname !== "/signin") {
        window.setTimeout(() => window.location.reload(), (Number(session.content) + 1) * 1000);
    }

    return {
        // From here on a click is answered.
        connected: () => { document.body.dataset.connected = "yes"; },
        // Where not all columns fit, the picked one is beside the names of the rows.
        showPicked: region => {
            const picked = region.querySelector("th.picked");
            if (picked) {
                region.scrollLeft = picked.offsetLeft - region.querySelector("th").offsetWidth;
            }
        },
        chooseTheme: isDark => remember("customertrack-theme", isDark),
    };
})();
